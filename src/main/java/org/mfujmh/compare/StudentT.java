package org.mfujmh.compare;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.commons.math3.distribution.TDistribution;

/**
 * Student's t distribution. The quantiles of whole degrees of freedom are kept: a gate over many measurements asks for
 * the same few again and again, and a quantile takes the library some fifteen evaluations of the distribution.
 */
final class StudentT {
    private record Question(double degreesOfFreedom, double p) {}

    private static final Map<Question, Double> WHOLE_DEGREES = new ConcurrentHashMap<>();

    private StudentT() {}

    /**
     * The value that is exceeded with the probability 1 - p.
     *
     * @param degreesOfFreedom above 0; Welch's are seldom whole
     * @param p between 0 and 1
     */
    static double quantile(double degreesOfFreedom, double p) {
        Question question = new Question(degreesOfFreedom, p);
        return degreesOfFreedom == Math.rint(degreesOfFreedom)
                ? WHOLE_DEGREES.computeIfAbsent(question, StudentT::invert)
                : invert(question);
    }

    /** The probability of a value at or below t. */
    static double cumulative(double degreesOfFreedom, double t) {
        return distribution(degreesOfFreedom).cumulativeProbability(t);
    }

    private static double invert(Question question) {
        return distribution(question.degreesOfFreedom).inverseCumulativeProbability(question.p);
    }

    /** Without a random generator, which the library would otherwise create and seed each time. */
    private static TDistribution distribution(double degreesOfFreedom) {
        return new TDistribution(null, degreesOfFreedom);
    }
}
