package dev.sluice.benchmarks.driver;

import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.stream.Collectors;

/**
 * What one load gave. Times are in microseconds; CPU is that of the target's process,
 * shared out over what it did in the counted time.
 */
record Outcome(String target, String load, int connections, double seconds, long completed, long failed,
		String firstFailure, double perSecond, double latencyP50, double latencyP99, double latencyMax,
		double firstDeltaP50, double firstDeltaP99, long deltas, double gapP50, double gapP99, double gapMax,
		int mostOpen, double cpuPerCall, double cpuPerDelta, double cpuCores, double driverCores, long rssKilobytes,
		long peakRssKilobytes, double rssBytesPerStream, double heapBytesPerStream) {

	String toJson() {
		return Arrays.stream(Outcome.class.getRecordComponents())
			.map((component) -> "\"" + component.getName() + "\":" + json(component))
			.collect(Collectors.joining(",", "{", "}"));
	}

	private String json(RecordComponent component) {
		try {
			Object value = component.getAccessor().invoke(this);
			if (value instanceof String text) {
				return "\"" + text.replace("\\", "\\\\").replace("\"", "\\\"").replaceAll("\\p{Cntrl}", " ") + "\"";
			}
			return (value instanceof Double number) ? Double.toString(Math.round(number * 1000) / 1000.0)
					: String.valueOf(value);
		}
		catch (ReflectiveOperationException ex) {
			throw new IllegalStateException(ex);
		}
	}

}
