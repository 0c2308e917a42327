import * as Context from "effect/Context"
import { apiVersion, compareVersions } from "./protocol-version.ts"

/** The API level of the request that is being answered, "1.41": answers had other members in other levels. */
export const ApiLevel = Context.Reference<string>("drydock/nodes/api/ApiLevel", { defaultValue: () => apiVersion })

export const atLeast = (level: string, wanted: string): boolean => compareVersions(level, wanted) >= 0
