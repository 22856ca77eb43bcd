"""Commands that measure copydesk on the benchmark kit, each printing a table."""
