"""`python -m sitegen` does what the `sitegen` command does."""

from sitegen.cli import main

if __name__ == "__main__":
    main()
