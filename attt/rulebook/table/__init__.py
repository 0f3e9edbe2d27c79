"""Tables of dates: data that rules look products up in."""
