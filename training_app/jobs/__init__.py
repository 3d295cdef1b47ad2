"""The worker: who does which queued job and which recurring task."""
