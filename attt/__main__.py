"""`python -m attt`: the same as the command `attt`."""

from attt.cli.main import main

main()
