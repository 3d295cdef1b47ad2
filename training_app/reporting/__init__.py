"""Official reports: counted from the records, checked, approved by another person, locked."""
