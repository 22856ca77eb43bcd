"""The process of a worker: `python -m copydesk.batch.worker_process`."""

from copydesk import garbage


def main() -> None:
    """Import the worker and run it.  The imports make most of a worker's objects, and no cycles that nothing uses."""
    garbage.search_less()
    from copydesk.batch import worker

    worker.main()


if __name__ == "__main__":
    main()
