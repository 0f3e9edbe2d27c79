"""From a plan to answers: the only part of attt that touches a network or a host."""
