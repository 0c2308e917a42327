import { describe, expect, it } from "vitest"
import { renderErrors } from "../../compose/index.ts"
import { complaint, errorsOf, web } from "./helper.ts"

describe("the schema", () => {
  it.each([
    ["foo: 1", "services.web Additional property foo is not allowed"],
    ["image: 5", "services.web.image must be a string"],
    ["command: {a: b}", "services.web.command must be a string"],
    ["networks: 5", "services.web.networks must be a list"],
    ["networks: {n: 5}", "services.web.networks.n must be a mapping"],
    ["ports: [true]", "services.web.ports.0 must be a number"],
    ["ports: ['80 ']", "services.web.ports.0 Does not match format 'ports'"],
    ["ports: ['1-2:3-5']", "services.web.ports.0 Does not match format 'ports'"],
    ["ports: [{target: 80, host_ip: 1.2.3.4}]", "services.web.ports.0 Additional property host_ip is not allowed"],
    ["ports: ['80', '81', '80']", "services.web.ports array items[0,2] must be unique"],
    ["ports:", "services.web.ports must be a list"],
    ["environment:", "services.web.environment must be a mapping"],
    ["environment: [1]", "services.web.environment.0 must be a string"],
    ["stop_grace_period: 10", "services.web.stop_grace_period must be a string"],
    ["stop_grace_period: ten", "services.web.stop_grace_period Does not match format 'duration'"],
    ["ulimits: {nofile: {soft: 1}}", "services.web.ulimits.nofile hard is required"],
    ["volumes: [{target: /a}]", "services.web.volumes.0 type is required"],
    [
      "volumes: [{type: tmpfs, tmpfs: {size: -1}}]",
      "services.web.volumes.0.tmpfs.size Must be greater than or equal to 0",
    ],
    ["deploy: []", "services.web.deploy must be a mapping or null"],
    [
      "deploy: {update_config: {order: both}}",
      'services.web.deploy.update_config.order services.web.deploy.update_config.order must be one of the following: "start-first", "stop-first"',
    ],
  ])("of a service with %j says: %s", (line, message) => {
    expect(complaint(web(line))).toBe(message)
  })

  it.each([
    ["name: shop\n", "(root) Additional property name is not allowed"],
    ["version: 3\n", "version must be a string"],
    ["version: '2.4'\n", "unsupported Compose file version: 2.4"],
    ["version:\n", "unsupported Compose file version: <nil>"],
    ["services:\n", "services must be a mapping"],
    ["services: {my web: {}}\n", "services Additional property my web is not allowed"],
    ["secrets: {s: }\n", "secrets.s must be a mapping"],
    ["version: '3.0'\nservices: {web: {secrets: [a]}}\n", "services.web Additional property secrets is not allowed"],
    ["version: '3.3'\nx-a: 1\n", "(root) Additional property x-a is not allowed"],
    [
      "version: '3.6'\nservices: {web: {init: true, image: a}}\n",
      "services.web Additional property init is not allowed",
    ],
  ])("of %j says: %s", (text, message) => {
    expect(complaint(text)).toBe(message)
  })

  it("does not look at the names of top-level networks", () => {
    expect(complaint("networks: {my net: {driver: overlay}}\n")).toBeUndefined()
  })

  it("shows the deepest error first and keeps the others", () => {
    const errors = errorsOf(web("foo: 1", "deploy: {resources: {limits: {x: 1}}}"))
    expect(errors.map((error) => error.message)).toEqual([
      "services.web.deploy.resources.limits Additional property x is not allowed",
      "services.web Additional property foo is not allowed",
    ])
    expect(renderErrors(errors)).toContain("stack.yml:3:5: services.web Additional property foo")
  })
})

describe("a forbidden property", () => {
  const text = web("extends: other", "cpuset: '0'", "unknown: 1")

  it("comes before every other error and is worded by the command", () => {
    const errors = errorsOf(text)
    expect(errors.map((error) => error.kind)).toEqual(["forbidden", "forbidden", "schema"])
    expect(renderErrors(errors, "config")).toContain("Configuration contains forbidden properties")
    expect(renderErrors(errors, "deploy")).toContain(
      "Compose file contains unsupported options:\n\ncpuset: Set resource limits using deploy.resources\n\nextends: Support for `extends` is not implemented yet.",
    )
  })
})
