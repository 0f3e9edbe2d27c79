"""Templates that stamp out near-identical systems."""
