"""A believable demonstration: invented people in real places, refused outside a demonstration."""
