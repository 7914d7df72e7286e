/**
 * The PyTorch that is installed on this machine, used instead of the libtorch on the class path: finds and checks it,
 * compiles the JNI library that DJL needs for it (src/main/native), and points DJL to it through system properties.
 * {@link org.mfujmh.engine.installed.TorchInUse} is the way in. DJL ships a JNI library for one version of libtorch
 * alone, and one for another version loads and crashes: so what is loaded is always compiled against the headers of
 * that very PyTorch.
 */
package org.mfujmh.engine.installed;
