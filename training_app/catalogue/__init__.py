"""What is published: modules, lessons, questions and scenarios in frozen versions."""
