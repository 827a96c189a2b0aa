package dev.sluice.api.page;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * The page for people.
 *
 * @param enabled whether there is a page for people at `/`
 */
@ConfigurationProperties("sluice.page")
record PageProperties(@DefaultValue("true") boolean enabled) {

}
