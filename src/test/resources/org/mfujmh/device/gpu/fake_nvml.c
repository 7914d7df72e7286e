/* NVML without a GPU: the functions that Nvml.java calls, by nvml.h's signatures. One GPU, "GPU-fake", that draws
   250 W at 1400 MHz; fake_set changes what it tells. "GPU-mute" is there and tells nothing. */
#include <string.h>
#include <time.h>

enum { SUCCESS = 0, NOT_SUPPORTED = 3, NOT_FOUND = 6 };

static unsigned clock_mhz = 1400;
static unsigned long long throttle_reasons = 0;
static int fake_gpu, mute_gpu;

void fake_set(unsigned mhz, unsigned long long reasons) { clock_mhz = mhz; throttle_reasons = reasons; }

int nvmlInit_v2(void) { return SUCCESS; }
int nvmlShutdown(void) { return SUCCESS; }

int nvmlDeviceGetHandleByUUID(const char *uuid, void **device) {
    if (strcmp(uuid, "GPU-fake") == 0) { *device = &fake_gpu; return SUCCESS; }
    if (strcmp(uuid, "GPU-mute") == 0) { *device = &mute_gpu; return SUCCESS; }
    return NOT_FOUND;
}

/* Type 1 is the multiprocessors' clock; graphics is 0, memory 2. */
int nvmlDeviceGetClockInfo(void *device, int type, unsigned *mhz) {
    if (device != &fake_gpu) return NOT_SUPPORTED;
    *mhz = type == 1 ? clock_mhz : 9999;
    return SUCCESS;
}

int nvmlDeviceGetPowerUsage(void *device, unsigned *milliwatts) {
    if (device != &fake_gpu) return NOT_SUPPORTED;
    *milliwatts = 250000;
    return SUCCESS;
}

int nvmlDeviceGetTemperature(void *device, int sensor, unsigned *celsius) {
    if (device != &fake_gpu || sensor != 0) return NOT_SUPPORTED;
    *celsius = 61;
    return SUCCESS;
}

int nvmlDeviceGetCurrentClocksThrottleReasons(void *device, unsigned long long *reasons) {
    if (device != &fake_gpu) return NOT_SUPPORTED;
    *reasons = throttle_reasons;
    return SUCCESS;
}

/* 250 W since the clock's beginning. */
int nvmlDeviceGetTotalEnergyConsumption(void *device, unsigned long long *millijoules) {
    if (device != &fake_gpu) return NOT_SUPPORTED;
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    *millijoules = 250000ULL * now.tv_sec + 250000ULL * (now.tv_nsec / 1000000) / 1000;
    return SUCCESS;
}

struct memory { unsigned long long total, free, used; };

int nvmlDeviceGetMemoryInfo(void *device, struct memory *memory) {
    if (device != &fake_gpu) return NOT_SUPPORTED;
    memory->total = 80ULL << 30;
    memory->used = 3ULL << 30;
    memory->free = memory->total - memory->used;
    return SUCCESS;
}
