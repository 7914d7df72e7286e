package org.mfujmh.compare;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.mfujmh.compare.Siblings.Standing;
import org.mfujmh.results.Entry;
import org.mfujmh.results.JmhJson;

/** Made-up fleets whose truth is known, with fixed seeds; {@code -Dmfu.fleet.runs=2000} looks closer. */
class FleetSimulationIT {
    private static final int RUNS = Integer.getInteger("mfu.fleet.runs", 100);
    private static final double CHANCE = 0.001;
    private static final int FORKS = 5;

    /** @param slow the speed of the first device in all measurements; 1 for a device like the others */
    private static Fleet fleet(Random random, int devices, int measurements, double noise, double slow) {
        Map<String, List<Entry>> files = new LinkedHashMap<>();
        for (int device = 0; device < devices; device++) {
            double speed = device == 0 ? slow : 1;
            StringBuilder json = new StringBuilder();
            for (int i = 0; i < measurements; i++) {
                json.append(i == 0 ? "[" : ",")
                        .append(JmhJson.of("org.example.Some.run")
                                .param("size", "n" + i)
                                .property("mfu.device", "H100")
                                .forks(random.doubles(FORKS)
                                        .map(x -> speed * (1 + noise * random.nextGaussian()))
                                        .toArray())
                                .json());
            }
            files.put("node-" + device, Entry.parseAll(json.append("]").toString()));
        }
        return Fleet.of(files, MetricLabel.SCORE, 0.03, Optional.empty());
    }

    private static Rate withFalseStragglers(int devices, int measurements, double noise) {
        Random random = new Random(devices * 100L + measurements);
        int found = 0;
        for (int run = 0; run < RUNS; run++) {
            found += fleet(random, devices, measurements, noise, 1).isSound() ? 0 : 1;
        }
        return new Rate(found, RUNS);
    }

    /** In how many measurements of all fleets a slow device is called a straggler. */
    private static Rate found(int devices, int measurements, double noise, double slow) {
        Random random = new Random(devices * 100L + measurements);
        int found = 0;
        for (int run = 0; run < RUNS; run++) {
            for (Siblings siblings :
                    fleet(random, devices, measurements, noise, slow).siblings()) {
                found += siblings.members().get(0).standing() == Standing.STRAGGLER ? 1 : 0;
            }
        }
        return new Rate(found, RUNS * measurements);
    }

    /** Of 100 fleets one on average. Against the median as if it were exact, it was every fifth of 64 devices. */
    @Test
    void equalDevicesAreSeldomCalledStragglersHoweverManyThereAre() {
        for (int[] size : new int[][] {{2, 1}, {8, 12}, {64, 1}}) {
            Rate red = withFalseStragglers(size[0], size[1], 0.04);
            System.out.printf("%d devices, %d measurements, 4 %%: a straggler in %s%n", size[0], size[1], red);
            assertThat(red.low(CHANCE)).as("%d devices: %s", size[0], red).isLessThanOrEqualTo(0.01);
        }
    }

    @Test
    void aDeviceTenPerCentSlowerIsFound() {
        Rate alone = found(8, 1, 0.02, 0.9);
        System.out.printf("8 devices, 1 measurement, 2 %%: x 0.90 is found in %s%n", alone);
        assertThat(alone.share()).isGreaterThanOrEqualTo(0.9);
    }
}
