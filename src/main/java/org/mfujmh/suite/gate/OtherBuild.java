package org.mfujmh.suite.gate;

import java.io.File;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.jar.JarFile;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.mfujmh.BadInput;
import org.mfujmh.engine.installed.TorchInUse;
import org.mfujmh.schema.RunProperty;
import org.mfujmh.suite.process.GitWorktree;
import org.mfujmh.suite.run.BuildCommit;
import org.mfujmh.suite.run.Provenance;
import org.mfujmh.suite.tuning.EngineProbe;
import org.mfujmh.suite.tuning.TuningAnswer;
import org.mfujmh.suite.tuning.TuningKey;

/**
 * Another build of this suite, whose forks this one's Runner can start: a jar, or a commit that is built in a
 * temporary folder, which is gone afterwards.
 */
final class OtherBuild implements AutoCloseable {
    private static final String CLASS_PATH = "java.class.path";
    private static final Pattern JNI = Pattern.compile("pytorch-jni-([0-9.]+)-([0-9.]+)\\.jar");

    private final String name;
    private final String commit;
    private final String classPath;
    private final AutoCloseable folder;
    private final Map<String, String> versions;
    private final Set<RunProperty> notObeyed = EnumSet.noneOf(RunProperty.class);

    private OtherBuild(String name, String commit, String classPath, AutoCloseable folder) {
        this.name = name;
        this.commit = commit;
        this.classPath = classPath;
        this.folder = folder;
        this.versions = versions(classPath);
        requireSameJmh();
    }

    /** A build that is known to exist. */
    interface Source {
        /**
         * Makes it ready, which for a commit takes a build.
         *
         * @param progress where to say so
         * @throws BadInput if it can't be built, or its forks would not understand us
         */
        OtherBuild open(PrintStream progress);
    }

    /**
     * @param jarOrRef a jar of this project, or what git takes for a commit
     * @throws BadInput if it is neither
     */
    static Source find(String jarOrRef) {
        if (jarOrRef.endsWith(".jar")) {
            Path jar = Path.of(jarOrRef);
            requireOurs(jar);
            return progress -> ofJar(jar);
        }
        GitWorktree.Commit commit = GitWorktree.find(jarOrRef);
        return progress -> ofCommit(commit, progress);
    }

    private static void requireOurs(Path jar) {
        if (!Files.isRegularFile(jar)) {
            throw new BadInput("--against " + jar + ": there is no such file. Give a jar of this project (mvn "
                    + "package writes it to target/), or a commit, branch or tag.");
        }
        try (JarFile opened = new JarFile(jar.toFile())) {
            if (opened.getEntry("META-INF/BenchmarkList") == null) {
                throw new BadInput(
                        "--against " + jar + ": it is a jar, but not of this project: it has no benchmarks.");
            }
        } catch (IOException e) {
            throw new BadInput("--against " + jar + " cannot be read as a jar: " + e.getMessage(), e);
        }
    }

    private static OtherBuild ofJar(Path jar) {
        // A jar has our classes alone: its libraries are those of this build.
        String libraries = Arrays.stream(System.getProperty(CLASS_PATH).split(File.pathSeparator))
                .filter(element -> !element.equals(ourClasses()))
                .collect(Collectors.joining(File.pathSeparator));
        String path = jar.toAbsolutePath() + File.pathSeparator + libraries;
        return new OtherBuild(jar.getFileName().toString(), jar.getFileName().toString(), path, () -> {});
    }

    private static String ourClasses() {
        try {
            Path place = Path.of(OtherBuild.class
                    .getProtectionDomain()
                    .getCodeSource()
                    .getLocation()
                    .toURI());
            return Stream.of(System.getProperty(CLASS_PATH).split(File.pathSeparator))
                    .filter(element ->
                            Path.of(element).toAbsolutePath().normalize().equals(place))
                    .findFirst()
                    .orElse(place.toString());
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    private static OtherBuild ofCommit(GitWorktree.Commit commit, PrintStream progress) {
        progress.println("Building " + commit.ref() + " (" + commit.shortName() + ") in a temporary folder ...");
        if (BuildCommit.ofJarOrCheckout().filter(commit.shortName()::equals).isPresent()) {
            progress.println("Note: this build is of the same commit, without changes, so whatever differs is noise.");
        }
        GitWorktree files = GitWorktree.of(commit);
        try {
            return new OtherBuild(commit.ref(), commit.shortName(), files.build(), files);
        } catch (RuntimeException e) {
            files.close();
            throw e;
        }
    }

    /** Forks talk to this process in JMH's own words, which differ from version to version. */
    private void requireSameJmh() {
        String ours = jmh(System.getProperty(CLASS_PATH));
        String theirs = jmh(classPath);
        if (!ours.equals(theirs)) {
            throw new BadInput(
                    "--against " + name + ": it uses " + (theirs.isEmpty() ? "no JMH" : theirs) + " and this build "
                            + ours
                            + ", so their forks cannot be interleaved. Measure each build separately and compare the"
                            + " files with `./mfu check`.");
        }
    }

    private static String jmh(String classPath) {
        return Arrays.stream(classPath.split(File.pathSeparator))
                .map(element -> Path.of(element).getFileName().toString())
                .filter(file -> file.startsWith("jmh-core-"))
                .findFirst()
                .orElse("");
    }

    /**
     * Of its libraries, by the names of their jars: DJL's JNI has both versions, {@code pytorch-jni-2.7.1-0.36.0.jar}.
     */
    private static Map<String, String> versions(String classPath) {
        Matcher jni = JNI.matcher(classPath);
        return jni.find()
                ? Map.of(RunProperty.TORCH.key(), jni.group(1), RunProperty.DJL.key(), jni.group(2))
                : Map.of();
    }

    String name() {
        return name;
    }

    /** What its forks record: as ours, but its commit and versions, and nothing that was planted in ours. */
    Provenance provenance(Provenance ours) {
        // An installed PyTorch is both builds'.
        Provenance its = ours.with(TorchInUse.isInstalled() ? Map.of() : versions)
                .with(Map.of(RunProperty.COMMIT.key(), commit))
                .without(RunProperty.PLANTED_SLOWDOWN.key());
        for (RunProperty unknown : notObeyed) {
            its = its.without(unknown.key());
        }
        return its;
    }

    /**
     * The fastest way to compute in this build; empty if the build is too old to be asked, so that its forks choose
     * for themselves.
     */
    Optional<Map<TuningKey, TuningAnswer>> tuned(EngineProbe probe, List<TuningKey> questions, List<String> jvmArgs) {
        try {
            return Optional.of(inItsClassPath(() -> probe.tuned(questions, jvmArgs)));
        } catch (BadInput older) {
            questions.forEach(question -> notObeyed.add(question.property()));
            return Optional.empty();
        }
    }

    /** JMH starts forks with the class path of the process that it finds itself in. */
    <T> T inItsClassPath(Supplier<T> action) {
        String own = System.getProperty(CLASS_PATH);
        System.setProperty(CLASS_PATH, classPath);
        try {
            return action.get();
        } finally {
            System.setProperty(CLASS_PATH, own);
        }
    }

    @Override
    public void close() {
        try {
            folder.close();
        } catch (Exception e) {
            throw new IllegalStateException("The temporary folder of " + name + " can't be removed", e);
        }
    }
}
