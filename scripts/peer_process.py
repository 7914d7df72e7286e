"""What every peer's process has in common: it answers one line for each that is asked, and knows its own peak memory."""
import json
import resource
import sys


def peak(reset=False):
    """The high-water mark of this process in bytes; from now on, where it is reset (Linux)."""
    try:
        if reset:
            with open("/proc/self/clear_refs", "w") as file:
                file.write("5")
        with open("/proc/self/status") as file:
            return next(int(line.split()[1]) * 1024 for line in file if line.startswith("VmHWM"))
    except OSError:
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


def serve(what, warmup, answer, name):
    """One answer a line, from the moment that it says it is ready."""
    for _ in range(warmup):
        answer()
    peak(reset=True)
    print(json.dumps({"ready": True, "peer": name}), flush=True)
    for line in sys.stdin:
        if line.strip() != what:
            sys.exit(f"Asked for {line.strip()}; this knows {what}.")
        print(json.dumps(answer()), flush=True)
