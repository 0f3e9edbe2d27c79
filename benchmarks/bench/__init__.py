"""What the benchmarks stand on: a network of their own, a real sshd, the floor and the peers."""
