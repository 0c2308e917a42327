import * as Schema from "effect/Schema"
import { meta } from "./common.ts"

/**
 * What a forwarded request was answered, kept for a while so that it can be asked of the next leader without being done twice. ID is the
 * request's. Body is that of the HTTP answer.
 */
export const AnswerRecord = Schema.Struct({ ...meta, Body: Schema.Unknown })
export interface AnswerRecord extends Schema.Schema.Type<typeof AnswerRecord> {}
