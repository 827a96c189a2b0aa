FROM eclipse-temurin:25-jdk AS build
WORKDIR /build
# What the build downloads depends on the pom alone, so a change of the code does not download it again.
COPY mvnw pom.xml ./
COPY .mvn .mvn
RUN ./mvnw -B -ntp -DskipTests -Dspring-boot.repackage.skip package
COPY src/main src/main
RUN ./mvnw -B -ntp -DskipTests package \
    && mv target/sluice-*.jar sluice.jar \
    && java -Djarmode=tools -jar sluice.jar extract --layers --destination layers

FROM eclipse-temurin:25-jre
RUN groupadd --system --gid 10001 sluice \
    && useradd --system --uid 10001 --gid sluice --home-dir /sluice --shell /usr/sbin/nologin sluice \
    && install -d -o sluice -g sluice /sluice /sluice/data
WORKDIR /sluice
USER sluice
COPY --from=build /build/layers/dependencies/ ./
COPY --from=build /build/layers/spring-boot-loader/ ./
COPY --from=build /build/layers/snapshot-dependencies/ ./
COPY --from=build /build/layers/application/ ./
COPY docker/healthy ./
# A start that ends before the first request teaches the JVM which classes to keep ready. The endpoints are never reached.
RUN AWS_REGION=us-east-1 AWS_ENDPOINT_URL_BEDROCK_RUNTIME=http://127.0.0.1:9 AWS_ENDPOINT_URL_DYNAMODB=http://127.0.0.1:9 \
    java -XX:AOTCacheOutput=sluice.aot --enable-native-access=ALL-UNNAMED -Dspring.context.exit=onRefresh -jar sluice.jar

# Half of the container's memory stays for threads, buffers and the JVM itself.
ENV JAVA_TOOL_OPTIONS="-XX:MaxRAMPercentage=50 -XX:+ExitOnOutOfMemoryError"
EXPOSE 8080
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=4s --start-period=60s --retries=3 CMD ["./healthy"]
ENTRYPOINT ["java", "-XX:AOTCache=sluice.aot", "--enable-native-access=ALL-UNNAMED", "-jar", "sluice.jar"]
