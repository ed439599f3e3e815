"""`python -m stellar`, the same as the command `stellar`."""

from stellar.cli import main

if __name__ == "__main__":
    main()
