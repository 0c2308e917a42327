import { describe, expect, it } from "vitest"
import { drydock } from "../helper.ts"

describe("drydock chaos", () => {
  it("plays as many seeds as asked for, and says what was played", async () => {
    const { exitCode, stdout } = await drydock(["chaos", "--seeds", "3"])
    expect(exitCode).toBe(0)
    expect(stdout).toMatch(/no violation\. .*runs 3,/)
  })

  it("plays the one seed that is named, event by event when that is wanted", async () => {
    const quiet = await drydock(["chaos", "--seed", "7"])
    const told = await drydock(["chaos", "--seed", "7", "--log"])
    expect(quiet.stdout).toMatch(/runs 1,/)
    expect(told.stdout).toContain("leader in term")
    expect(quiet.stdout).not.toContain("leader in term")
  })

  it("takes the steps and clients of a shrunk run, as a failure prints them", async () => {
    const { exitCode, stdout } = await drydock(["chaos", "--seed", "7", "--steps", "0,1,2", "--clients", "0"])
    expect(exitCode).toBe(0)
    expect(stdout).toMatch(/runs 1,/)
  })

  it("refuses what makes no sense, before anything is played", async () => {
    expect(await drydock(["chaos", "--minutes", "0"])).toMatchObject({
      exitCode: 125,
      stdout: "",
      stderr: "--minutes must be more than 0\n",
    })
    expect(await drydock(["chaos", "--steps", "a"])).toMatchObject({ exitCode: 125, stdout: "" })
  })
})
