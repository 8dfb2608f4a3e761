"""What every room stands on: errors, results, the codec, seeds, options, compiled kernels."""
