"""What all commands share: their words, how they print, ask and fail."""
