package org.mfujmh;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A link between documents leads to a file that is there, and to a heading that is in it. */
class DocumentLinksTest {
    private static final Pattern LINK = Pattern.compile("\\]\\(([^)\\s]+)\\)");
    private static final Pattern NAMED_PAGE = Pattern.compile("(?<![/\\w])docs/[a-z0-9/-]+\\.md\\b");

    static List<Path> documents() throws IOException {
        try (Stream<Path> docs = Files.walk(Path.of("docs"))) {
            return Stream.concat(
                            Stream.of("README.md", "CONTRIBUTING.md", "CHANGELOG.md")
                                    .map(Path::of),
                            docs.filter(file -> file.toString().endsWith(".md")))
                    .sorted()
                    .toList();
        }
    }

    @ParameterizedTest
    @MethodSource("documents")
    void everyLinkLeadsSomewhere(Path document) throws IOException {
        for (String link : links(document)) {
            String[] parts = link.split("#", 2);
            Path target = parts[0].isEmpty()
                    ? document
                    : document.resolveSibling(parts[0]).normalize();
            assertThat(target).as("%s links to %s", document, link).exists();
            if (parts.length == 2 && target.toString().endsWith(".md")) {
                assertThat(headings(target))
                        .as("%s links to %s", document, link)
                        .contains(parts[1]);
            }
        }
    }

    /** Lab notes have an index of their own, which the README links as it does every other page. */
    @Test
    void theReadmeLinksEveryPage() throws IOException {
        Path notes = Path.of("docs", "lab", "README.md");
        Set<Path> linked =
                Stream.concat(pages(Path.of("README.md")), pages(notes)).collect(Collectors.toSet());
        for (Path page : documents()) {
            if (page.startsWith("docs")) {
                assertThat(linked).as("pages that README.md or %s links", notes).contains(page);
            }
        }
    }

    private static Stream<Path> pages(Path index) throws IOException {
        return links(index).stream()
                .map(link -> index.resolveSibling(link.split("#", 2)[0]).normalize());
    }

    @Test
    void pagesThatTheCodeNamesAreThere() throws IOException {
        for (String folder : List.of("src/main", "src/jmh", "src/test", "scripts", "deploy", ".ci", ".github")) {
            try (Stream<Path> files = Files.walk(Path.of(folder))) {
                for (Path file : files.filter(Files::isRegularFile).toList()) {
                    Matcher page = NAMED_PAGE.matcher(Files.readString(file, StandardCharsets.ISO_8859_1));
                    while (page.find()) {
                        boolean foreign = file.endsWith("claims.csv");
                        assertThat(foreign || Files.exists(Path.of(page.group())))
                                .as("%s names %s", file, page.group())
                                .isTrue();
                    }
                }
            }
        }
    }

    /** The relative links of a document, those in code left out. */
    private static List<String> links(Path document) throws IOException {
        String text = Files.readString(document).replaceAll("(?s)```.*?```", "").replaceAll("`[^`\n]*`", "");
        Matcher link = LINK.matcher(text);
        return link.results()
                .map(found -> found.group(1))
                .filter(target -> !target.matches("[a-z]+:.*"))
                .toList();
    }

    /** The anchors of a document's headings, as GitHub makes them. */
    private static Set<String> headings(Path document) throws IOException {
        return Files.readAllLines(document).stream()
                .filter(line -> line.matches("#{1,6} .*"))
                .map(line -> line.replaceFirst("^#+ ", "")
                        .toLowerCase(Locale.ROOT)
                        .replaceAll("[^\\p{L}\\p{N} _-]", "")
                        .replace(' ', '-'))
                .collect(Collectors.toSet());
    }
}
