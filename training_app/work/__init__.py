"""The job table and the counters of tries: the truth about work that outlives a request."""
