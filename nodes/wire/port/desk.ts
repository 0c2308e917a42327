import type { IncomingMessage, ServerResponse } from "node:http"
import { TLSSocket } from "node:tls"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Result from "effect/Result"
import { type Answer, type ApiError, apiError, refuse } from "../../../core/errors.ts"
import { issue } from "../ca/issue.ts"
import { trustBundle } from "../ca/rotation.ts"
import type { Identity } from "../credentials.ts"
import { wireLimits } from "../limits.ts"
import { Rates } from "../link/rates.ts"
import type { Removed } from "../links/links.ts"
import type { Admission, AdmissionRequest, Admit } from "./admission.ts"
import { askIn } from "./body.ts"
import type { CertificateAnswer, CertificateAsk } from "./messages.ts"
import { paths } from "./messages.ts"
import { networkOf } from "./network-of.ts"

export interface DeskOptions {
  /** The root certificate whose digest is in join tokens, PEM. Absent: this node knows none (yet). */
  readonly rootCertificate: () => string | undefined
  readonly admit: Admit
  readonly removed: Removed
}

/** Answers the requests of a port: the root certificate for everybody, certificates for those who are admitted, nothing else. */
export class Desk {
  readonly #options: DeskOptions
  readonly #joins = new Rates(wireLimits.joinsPerAddress_burst, wireLimits.joinsPerAddress_perSecond)
  #admissions = 0

  constructor(options: DeskOptions) {
    this.#options = options
  }

  /** `peer`: whose certificate the connection showed, if any. `answering` is told when the whole request is there. */
  async answer(
    request: IncomingMessage,
    response: ServerResponse,
    peer: Identity | undefined,
    answering: () => void,
  ): Promise<void> {
    const answer = await this.#decide(request, peer, answering)
    if (response.destroyed) return
    const [status, body] = Result.isSuccess(answer)
      ? [200, answer.success]
      : [answer.failure.status, { message: answer.failure.message }]
    response.writeHead(status, { "content-type": "application/json", connection: "close" })
    response.end(JSON.stringify(body))
  }

  async #decide(request: IncomingMessage, peer: Identity | undefined, answering: () => void): Promise<Answer<unknown>> {
    if (peer && this.#options.removed(peer.id)) return removed
    if (request.method === "GET" && request.url === paths.root) {
      answering()
      const certificate = this.#options.rootCertificate()
      return certificate === undefined
        ? refuse(503, "this node is not a manager of a swarm (yet)")
        : Result.succeed({ certificate })
    }
    if (request.method !== "POST" || request.url !== paths.certificate) return refuse(403, "permission denied")
    const address = request.socket.remoteAddress ?? ""
    if (!peer && !this.#joins.take(networkOf(address)))
      return refuse(429, "too many attempts to join from this address: try again later")
    const ask = await askIn(request)
    if (ask === undefined) return refuse(400, "no request for a certificate")
    const wanted = admissionRequest(ask, peer, address)
    if (wanted === undefined) return refuse(403, "A valid join token is necessary to join this cluster")
    if (this.#admissions >= wireLimits.admissions_max)
      return refuse(503, "too many nodes ask for a certificate: try again later")
    answering()
    this.#admissions++
    try {
      return await this.#admit(wanted, ask.csr)
    } finally {
      this.#admissions--
    }
  }

  async #admit(wanted: AdmissionRequest, csr: string): Promise<Answer<typeof CertificateAnswer.Type>> {
    const certified = this.#options.admit(wanted).pipe(
      Effect.flatMap((admission) => certify(admission, csr)),
      Effect.timeoutOrElse({
        duration: Duration.millis(wireLimits.admission_ms),
        orElse: () => Effect.fail(apiError(503, "the swarm did not decide in time")),
      }),
      Effect.result,
    )
    const exit = await Effect.runPromiseExit(certified)
    return Exit.isSuccess(exit) ? exit.value : refuse(500, "the request failed")
  }
}

const removed = refuse(403, "this node was removed from the swarm")

function admissionRequest(
  ask: typeof CertificateAsk.Type,
  peer: Identity | undefined,
  address: string,
): AdmissionRequest | undefined {
  if (peer) return { type: "renew", peer: { id: peer.id, role: peer.role } }
  const { secret, availability, wish } = ask
  // Longer than any secret: whoever compares it need not.
  if (secret === undefined || secret.length > 64) return undefined
  if (wish !== undefined && (wish.length < 16 || wish.length > 64)) return undefined
  return {
    type: "join",
    secret,
    address,
    ...(availability === undefined ? {} : { availability }),
    ...(wish === undefined ? {} : { wish }),
  }
}

const certify = (admission: Admission, csr: string): Effect.Effect<typeof CertificateAnswer.Type, ApiError> =>
  issue({ ...admission, csr, now: Date.now() }).pipe(
    Effect.map((certificate) => ({
      nodeId: admission.nodeId,
      role: admission.role,
      ...(admission.raftId === undefined ? {} : { raftId: admission.raftId }),
      certificate,
      trust: trustBundle(admission.root),
      managers: admission.managers,
    })),
    Effect.mapError(({ message }) => apiError(400, message)),
  )

/** The TLS connection of a request. */
export const tlsOf = ({ socket }: IncomingMessage): TLSSocket | undefined =>
  socket instanceof TLSSocket ? socket : undefined
