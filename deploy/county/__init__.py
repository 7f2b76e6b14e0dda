"""A county that behaves like one: made-up children in simulated time, calibrated to what councils published."""
