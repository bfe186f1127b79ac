"""`callwright` as users run it, on a machine that may have no network."""

from callwright.cli.main import main  # the clock has to come before everything else

if __name__ == "__main__":
    import loopback  # noqa: F401

    main()
