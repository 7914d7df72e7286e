/**
 * The PyTorch that is installed on this machine, in place of the libtorch on the class path: finds it, checks it,
 * compiles the JNI library that DJL needs for it (src/main/native), and tells DJL by system properties where all of
 * that is. {@link org.mfujmh.engine.installed.TorchInUse} is the way in. DJL ships a JNI library for one version of
 * libtorch alone, and one for another version loads and crashes: so what is loaded is always compiled against the
 * headers of that very PyTorch.
 */
package org.mfujmh.engine.installed;
