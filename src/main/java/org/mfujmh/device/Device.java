package org.mfujmh.device;

/** The device of a measurement: the host's CPU or one of its GPUs. */
public interface Device {

    /** The name that the device reports, e.g. {@code NVIDIA H100 80GB HBM3}. */
    String name();

    /** The name of the device's folder under {@code results/}: lower-case letters, digits and dashes. */
    String slug();
}
