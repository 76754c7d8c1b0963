package org.mansio.server.app;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Who may know whom, over the classes of the whole product. The poms say the same of modules. */
class ArchitectureTest {

  private static final String SPI = "org.mansio.spi..";
  private static final String TESTKIT = "org.mansio.spi.testkit..";
  private static final String PROTOCOLS = "org.mansio.protocols..";
  private static final String SMTP_CLIENT = "org.mansio.protocols.smtpclient..";
  private static final String ON_DEMAND = "org.mansio.protocols.ondemand..";
  private static final String LOAD = "org.mansio.protocols.load..";
  private static final String QUEUE = "org.mansio.queue..";
  private static final String MAILETS = "org.mansio.mailets..";
  private static final String DELIVERY = "org.mansio.mailets.delivery..";
  private static final String SERVER = "org.mansio.server..";
  private static final String APP = "org.mansio.server.app..";
  private static final String CLI = "org.mansio.server.admin.cli..";

  private static JavaClasses product;

  @BeforeAll
  static void readTheProduct() {
    product = new ClassFileImporter()
        .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
        .importPackages("org.mansio");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "spi",
        "protocols.core",
        "protocols.sasl",
        "protocols.smtp",
        "protocols.smtpclient",
        "protocols.ondemand",
        "queue",
        "queue.activemq",
        "mailets.standard",
        "mailets.delivery",
        "mailets.antispam",
        "server.kernel",
        "server.processor",
        "server.dns",
        "server.directory",
        "server.store",
        "server.admin",
        "server.app"
      })
  void theApplicationHoldsEveryPartOfTheProduct(String part) {
    assertThat(product).anyMatch(type -> type.getPackageName().equals("org.mansio." + part));
  }

  @Test
  void theSpiKnowsTheJdkJspecifyAndSlf4jOnly() {
    classes()
        .that()
        .resideInAPackage(SPI)
        .and()
        .resideOutsideOfPackage(TESTKIT)
        .should()
        .onlyDependOnClassesThat()
        .resideInAnyPackage(
            "org.mansio.spi..", "java..", "javax..", "org.jspecify..", "org.slf4j..")
        .check(product);
  }

  @Test
  void theTestkitIsForTestsOnly() {
    noClasses()
        .that()
        .resideOutsideOfPackage(TESTKIT)
        .should()
        .dependOnClassesThat()
        .resideInAPackage(TESTKIT)
        .check(product);
  }

  @Test
  void protocolsKnowNoOtherFolder() {
    noClasses()
        .that()
        .resideInAPackage(PROTOCOLS)
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(QUEUE, MAILETS, SERVER)
        .check(product);
  }

  /** The proof that the SPI is enough for a plugin. */
  @Test
  void onDemandRelayKnowsTheSpiOnly() {
    noClasses()
        .that()
        .resideInAPackage(ON_DEMAND)
        .should()
        .dependOnClassesThat(JavaClass.Predicates.resideInAPackage("org.mansio..")
            .and(DescribedPredicate.not(JavaClass.Predicates.resideInAnyPackage(SPI, ON_DEMAND)))
            .or(JavaClass.Predicates.resideInAPackage("io.netty..")))
        .check(product);
  }

  /** What measures and checks the server shares no code with it, for what both had wrong would go unnoticed. */
  @Test
  void loadGeneratorAndSinkAreNoPartOfTheServer() {
    classes()
        .that()
        .resideInAPackage(LOAD)
        .should()
        .onlyDependOnClassesThat()
        .resideInAnyPackage(LOAD, "java..", "javax..", "org.jspecify..", "io.netty..")
        .check(product);
    noClasses()
        .that()
        .resideOutsideOfPackage(LOAD)
        .should()
        .dependOnClassesThat()
        .resideInAPackage(LOAD)
        .check(product);
  }

  @Test
  void theQueueKnowsNoOtherFolder() {
    noClasses()
        .that()
        .resideInAPackage(QUEUE)
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(PROTOCOLS, MAILETS, SERVER)
        .check(product);
  }

  @Test
  void mailetsKnowNoOtherFolder() {
    noClasses()
        .that()
        .resideInAPackage(MAILETS)
        .and()
        .resideOutsideOfPackage(DELIVERY)
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(PROTOCOLS, QUEUE, SERVER)
        .check(product);
  }

  @Test
  void deliveriesKnowTheSmtpClientAndNothingElseOutsideTheirFolder() {
    DescribedPredicate<JavaClass> foreign = JavaClass.Predicates.resideInAPackage(PROTOCOLS)
        .and(DescribedPredicate.not(JavaClass.Predicates.resideInAPackage(SMTP_CLIENT)))
        .or(JavaClass.Predicates.resideInAnyPackage(QUEUE, SERVER));
    noClasses()
        .that()
        .resideInAPackage(DELIVERY)
        .should()
        .dependOnClassesThat(foreign)
        .check(product);
  }

  @Test
  void serverModulesKnowNoImplementationOfAnotherFolder() {
    noClasses()
        .that()
        .resideInAPackage(SERVER)
        .and()
        .resideOutsideOfPackage(APP)
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(PROTOCOLS, QUEUE, MAILETS)
        .check(product);
  }

  @Test
  void nothingKnowsTheApplication() {
    noClasses()
        .that()
        .resideOutsideOfPackage(APP)
        .should()
        .dependOnClassesThat()
        .resideInAPackage(APP)
        .check(product);
  }

  @Test
  void theCommandLineKnowsTheAdminOperationsOnly() {
    noClasses()
        .that()
        .resideInAPackage(CLI)
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            PROTOCOLS,
            QUEUE,
            MAILETS,
            APP,
            "org.mansio.server.kernel..",
            "org.mansio.server.processor..",
            "org.mansio.server.dns..",
            "org.mansio.server.directory..",
            "org.mansio.server.store..")
        // Until the first command exists there is no class to look at.
        .allowEmptyShould(true)
        .check(product);
  }

  @ParameterizedTest
  @CsvSource({
    "io.netty.., org.mansio.protocols..",
    "com.cronutils.., org.mansio.protocols.ondemand..",
    "com.nimbusds.., org.mansio.protocols.sasl..",
    "org.apache.activemq.., org.mansio.queue.activemq..",
    "jakarta.jms.., org.mansio.queue.activemq..",
    "com.google.inject.., org.mansio.server..",
    "org.xbill.DNS.., org.mansio.server.dns..",
    "org.apache.commons.configuration2.., org.mansio.server..",
    "org.jdbi.., org.mansio.server.directory..",
    "picocli.., org.mansio.server.admin.cli.."
  })
  void aLibraryStaysWhereItBelongs(String library, String home) {
    noClasses()
        .that()
        .resideOutsideOfPackage(home)
        .should()
        .dependOnClassesThat()
        .resideInAPackage(library)
        .check(product);
  }
}
