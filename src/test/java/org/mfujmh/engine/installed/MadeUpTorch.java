package org.mfujmh.engine.installed;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A folder that looks like an installed PyTorch, with libraries that nobody loads. */
final class MadeUpTorch {
    static final int X86_64 = 62;
    static final int AARCH64 = 183;
    static final int OWN = ElfFile.ownArchitecture().equals("aarch64") ? AARCH64 : X86_64;

    /** Symbols of a libc10 of each ABI; the old one's own C++ library brings strings of the new ABI with it. */
    static final String NEW_STRINGS =
            "_ZN3c106detail14torchCheckFailEPKcS2_jRKNSt7__cxx1112basic_stringIcSt11char_traitsIcESaIcEEE";

    static final String OLD_STRINGS =
            "_ZN3c106detail14torchCheckFailEPKcS2_jRKSs\0_ZGTtNSt11logic_errorC1ERKNSt7__cxx1112basic_stringIcE";

    private MadeUpTorch() {}

    /** In a virtual environment of that name. @return the folder torch */
    static Path in(Path environment, String version, String cuda) throws IOException {
        Path torch = environment.resolve("lib/python3.12/site-packages/torch");
        Files.createDirectories(torch.resolve("lib"));
        String quoted = cuda == null ? "None" : "'" + cuda + "'";
        Files.writeString(torch.resolve("version.py"), """
                from typing import Optional

                __all__ = ['__version__', 'debug', 'cuda', 'git_version', 'hip']
                __version__ = '%s'
                debug = False
                cuda: Optional[str] = %s
                git_version = '5c4886908584029761b579af026dcfb627c84070'
                hip: Optional[str] = None
                """.formatted(version, quoted));
        library(torch.resolve("lib/libtorch_cpu.so"), OWN, "");
        library(torch.resolve("lib/libc10.so"), OWN, NEW_STRINGS);
        library(torch.resolve("lib/libtorch.so"), OWN, "");
        Path api = torch.resolve("include/torch/csrc/api/include/torch");
        Files.createDirectories(api);
        Files.writeString(api.resolve("torch.h"), "");
        Files.createDirectories(torch.resolve("include/ATen"));
        Files.writeString(torch.resolve("include/ATen/ATen.h"), "");
        return torch;
    }

    /** The head of an ELF file for that machine, then a text. */
    static void library(Path file, int machine, String text) throws IOException {
        byte[] bytes = new byte[64 + text.length()];
        bytes[0] = 0x7f;
        bytes[1] = 'E';
        bytes[2] = 'L';
        bytes[3] = 'F';
        bytes[18] = (byte) machine;
        for (int i = 0; i < text.length(); i++) {
            bytes[64 + i] = (byte) text.charAt(i);
        }
        Files.write(file, bytes);
    }

    static Path script(Path file, String text) throws IOException {
        Files.createDirectories(file.getParent());
        Files.writeString(file, "#!/bin/sh\n" + text + "\n");
        if (!file.toFile().setExecutable(true)) {
            throw new IOException(file + " cannot be made executable");
        }
        return file;
    }
}
