"""When things happen: triggers, jobs, supervision."""
