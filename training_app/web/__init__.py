"""The screen kit shared by all features: guard, pages, forms, exports, layout and macros."""
