import type * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Metric from "effect/Metric"
import { format } from "effect/observability/PrometheusMetrics"

/** One figure at one moment. Counters only grow while the process lives. */
export interface Sample {
  readonly name: string
  readonly help: string
  readonly type: "counter" | "gauge"
  readonly value: number
  readonly labels?: Readonly<Record<string, string>>
}

/** The figures of one daemon: some are read when somebody asks, the requests of the API are counted as they are answered. */
export class Metrics {
  /** Of this daemon alone: several may live in one process. */
  readonly #registry: Context.Service.Shape<typeof Metric.MetricRegistry> = new Map()
  readonly #sources: Array<() => ReadonlyArray<Sample>> = []

  /** Adds what is read anew for each reader. */
  read(source: () => ReadonlyArray<Sample>): void {
    this.#sources.push(source)
  }

  /** A request of the API was answered. Methods are the client's own words, so only the usual ones are kept apart. */
  answered(method: string, status: number, ms: number): void {
    const labels = { method: usualMethods.has(method) ? method : "other", code: String(status) }
    this.#run(
      Effect.andThen(
        Metric.update(Metric.withAttributes(requests, labels), 1),
        Metric.update(requestSeconds, ms / 1_000),
      ),
    )
  }

  /** Prometheus' text format. */
  render(): string {
    const counted = this.#run(format())
    const read = Effect.forEach(
      this.#sources.flatMap((source) => source()),
      record,
      { discard: true },
    )
    return (
      counted + Effect.runSync(Effect.provideService(Effect.andThen(read, format()), Metric.MetricRegistry, new Map()))
    )
  }

  #run<A>(effect: Effect.Effect<A>): A {
    return Effect.runSync(Effect.provideService(effect, Metric.MetricRegistry, this.#registry))
  }
}

const usualMethods = new Set(["GET", "HEAD", "POST", "PUT", "DELETE"])

const requests = Metric.counter("drydock_api_requests_total", { description: "Requests of the Engine API, answered" })

const requestSeconds = Metric.histogram("drydock_api_request_seconds", {
  description: "How long requests of the Engine API took, streams included",
  boundaries: [0.001, 0.005, 0.02, 0.1, 0.5, 2, 10],
})

const record = (sample: Sample): Effect.Effect<void> => {
  const { name, help: description, type, value, labels = {} } = sample
  return type === "counter"
    ? Metric.update(Metric.withAttributes(Metric.counter(name, { description }), labels), value)
    : Metric.update(Metric.withAttributes(Metric.gauge(name, { description }), labels), value)
}

/** What every process has to tell. */
export function processSamples(): ReadonlyArray<Sample> {
  const memory = process.memoryUsage()
  const cpu = process.cpuUsage()
  return [
    gauge("process_resident_memory_bytes", "Memory of the process that is in RAM", memory.rss),
    gauge("drydock_heap_used_bytes", "JavaScript heap in use", memory.heapUsed),
    counter("process_cpu_seconds_total", "Processor time used", (cpu.user + cpu.system) / 1e6),
    gauge("process_start_time_seconds", "When the process began", Date.now() / 1_000 - process.uptime()),
  ]
}

export const gauge = (name: string, help: string, value: number, labels?: Sample["labels"]): Sample => ({
  name,
  help,
  type: "gauge",
  value,
  ...(labels && { labels }),
})

export const counter = (name: string, help: string, value: number, labels?: Sample["labels"]): Sample => ({
  ...gauge(name, help, value, labels),
  type: "counter",
})
