package org.mfujmh.results;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;

/** Writes one entry of a JMH result file, for tests that need one with just these numbers. */
public final class JmhJson {
    private final String benchmark;
    private String mode = "thrpt";
    private String unit = "ops/s";
    private int threads = 1;
    private int forks = -1;
    private final Map<String, String> params = new LinkedHashMap<>();
    private final List<String> jvmArgs = new ArrayList<>();
    private final Map<String, String> secondary = new LinkedHashMap<>();
    private double[] forkMeans = {1};

    private JmhJson(String benchmark) {
        this.benchmark = benchmark;
    }

    public static JmhJson of(String benchmark) {
        return new JmhJson(benchmark);
    }

    public JmhJson mode(String newMode, String newUnit) {
        mode = newMode;
        unit = newUnit;
        return this;
    }

    public JmhJson threads(int number) {
        threads = number;
        return this;
    }

    public JmhJson param(String name, String value) {
        params.put(name, value);
        return this;
    }

    public JmhJson property(String name, String value) {
        jvmArgs.add("-D" + name + "=" + value);
        return this;
    }

    /** One iteration a fork. */
    public JmhJson forks(double... means) {
        forkMeans = means.clone();
        return this;
    }

    /** Normal forks from a fixed seed. */
    public JmhJson forks(int number, double mean, double cv, long seed) {
        Random random = new Random(seed);
        return forks(random.doubles(number)
                .map(x -> mean * (1 + cv * random.nextGaussian()))
                .toArray());
    }

    /** How many forks were asked for, where not all of them came back. */
    public JmhJson asked(int number) {
        forks = number;
        return this;
    }

    /** A secondary metric whose forks are these. */
    public JmhJson secondary(String label, String itsUnit, double... means) {
        secondary.put(label, metric(itsUnit, means));
        return this;
    }

    private static String metric(String unit, double... means) {
        double score = Arrays.stream(means).average().orElse(Double.NaN);
        return "{\"score\": " + number(score) + ", \"scoreError\": \"NaN\", \"scoreUnit\": " + text(unit)
                + ", \"rawData\": ["
                + Arrays.stream(means)
                        .mapToObj(mean -> "[" + number(mean) + "]")
                        .collect(Collectors.joining(", "))
                + "]}";
    }

    private static String number(double value) {
        return Double.isNaN(value) ? "\"NaN\"" : Double.toString(value);
    }

    private static String text(String value) {
        StringBuilder text = new StringBuilder("\"");
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            text.append(c < 0x20 || c == '"' || c == '\\' ? String.format("\\u%04x", (int) c) : c);
        }
        return text.append('"').toString();
    }

    public String json() {
        return "{\"jmhVersion\": \"1.37\", \"benchmark\": " + text(benchmark) + ", \"mode\": " + text(mode)
                + ", \"threads\": " + threads + ", \"forks\": " + (forks < 0 ? forkMeans.length : forks)
                + ", \"jvmArgs\": [" + jvmArgs.stream().map(JmhJson::text).collect(Collectors.joining(", "))
                + "], \"measurementIterations\": 1, \"params\": "
                + params.entrySet().stream()
                        .map(one -> text(one.getKey()) + ": " + text(one.getValue()))
                        .collect(Collectors.joining(", ", "{", "}"))
                + ", \"primaryMetric\": " + metric(unit, forkMeans) + ", \"secondaryMetrics\": "
                + secondary.entrySet().stream()
                        .map(one -> text(one.getKey()) + ": " + one.getValue())
                        .collect(Collectors.joining(", ", "{", "}"))
                + "}";
    }

    public Entry entry() {
        return Entry.parseAll("[" + json() + "]").get(0);
    }

    /** A result file of these entries. */
    public static Path write(Path file, JmhJson... entries) {
        try {
            return Files.writeString(
                    file, Arrays.stream(entries).map(JmhJson::json).collect(Collectors.joining(",\n", "[\n", "\n]\n")));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
