package org.mfujmh.device;

/** What a measurement ran on: the host's CPU, or one GPU of it. */
public interface Device {

    /** The name as the device gives it, e.g. {@code NVIDIA H100 80GB HBM3}. */
    String name();

    /** The name of this device's folder under {@code results/}: lower-case letters, digits and dashes. */
    String slug();
}
