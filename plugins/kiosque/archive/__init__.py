"""What feeds gave: records to and from ``archive/``, found by address; and what visits taught of feeds."""
