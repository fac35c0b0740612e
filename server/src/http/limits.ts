// Every limit of the server that the contract does not carry itself, each with its source.
export const limits = {
  /** A page listing reaches the first 1,000 records; scans go further (the API's own rule for pageSize × pageNumber). */
  pageWindow: 1000,
  /** `total` is exact up to here; past it, it says this with `partialResults: true`. */
  totalExactMax: 10_000,
  /** Matches that the planner expects from which a search counts as dense: half more than is counted, for its estimates were within a fifth. */
  denseHitsExpected: 15_000,
  /** Rows walked along a sort index for a dense search before the hits are sorted instead. Measured: 20,000 rows take about 20 ms. */
  walkedRowsMax: 20_000,
  /** Rows that a deep search collects to sort and check them; where there are more, or the planner expects more, it walks. Measured: 5,000 take about 30 ms. */
  fewRowsMax: 5000,
  /** Rows that one call of a deep search walks along an index, twice where it filled no page. Measured: 10,000 take about 15 ms. */
  passedRowsMax: 10_000,
  /** Rows whose values one call of a deep search holds against its filter. Measured: 4,000 take about 50 ms. */
  checkedRowsMax: 4000,
  /** The same times the conditions of the filter: each takes another microsecond a row. */
  checksMax: 40_000,
  /** Levels of a filter, each of which the check goes down into for every row. */
  filterDepthMax: 8,
  /** Conditions of a filter. PostgreSQL remembers 32 patterns per connection; a 33rd would be compiled for every row. */
  filterConditionsMax: 25,
  /** Values in one list of a filter. */
  filterValuesMax: 100,
  /** Characters of all texts in a filter: making patterns of them takes the square of that. Measured: up to 80 ms, and nearly a minute for 100,000. */
  filterTextMax: 2000,
  /** Words of a search taken into account; more than this is no search anybody types. */
  searchWordsMax: 16,
  /** Words of one record, in bytes; what comes after is not found. A tsvector holds 1 MB, and array_to_tsvector does not check. */
  recordWordsBytesMax: 256 * 1024,
  /** A cursor is good for a day (the API's own rule). */
  cursorLifeSeconds: 86_400,
  /** Reverse white pages answer at most 25 contacts (the API's own rule). */
  reverseWhitePagesMax: 25,
  /** Contacts that one merge makes one of (the API's own rule). */
  mergeInputsMin: 2,
  mergeInputsMax: 25,
  /** Contacts of a merge set, its canonical contact and all ancestors (the API's default). */
  mergeSetMax: 52,
  /** Request bodies: 1,000 contacts of 10 KB each. */
  bodyBytesMax: 10 * 1024 * 1024,
  /** Levels of objects and arrays in a request body. */
  bodyDepthMax: 64,
  /** How long a client may take to send a request. */
  requestTimeoutMs: 60_000,
  /** Items of an array for which the contract names no limit. Checking more takes quadratic time. */
  bodyItemsMax: 1000,
  /** Details listed in one error body. */
  errorDetailsMax: 50,
  /** Form bodies of /oauth/token. */
  formBytesMax: 64 * 1024,
  /** How long the answer to a request with an Idempotency-Key is kept: a day, as most services that take such keys do. */
  idempotencyLifeSeconds: 86_400,
  /** Characters of an Idempotency-Key, of which a UUID has 36. */
  idempotencyKeyCharactersMax: 255,
  /** An answer larger than this is not kept, and its request with a key refused: a thousand records of 8 KB fit. */
  idempotentAnswerBytesMax: 8 * 1024 * 1024,
  /** How long a process may use what it knows of a token before it asks again. Revocations are told at once besides. */
  tokenCacheMs: 2000,
  /** Tokens a process remembers. */
  tokenCacheMax: 10_000,
  /** A browser stays signed in until nobody used its session for half a day, and no longer than a week. Ours. */
  sessionIdleSeconds: 43_200,
  sessionLifeSeconds: 604_800,
  /** Wrong passwords for one e-mail address that are free; each one after them blocks, for 30 s first and at most for the window. */
  signInFailuresMax: 10,
  /** The same from one network, from which many people may come. Ours. */
  signInFailuresOfNetworkMax: 100,
  signInWindowSeconds: 900,
  signInDelaySeconds: 30,
  /** Organizations in which one password is looked for; who is in more of them says which. Ours: each takes 20 ms. */
  signInOrganizationsMax: 3,
  /** Refused sign-ins of an organization, from one network, that a process records in a minute. Ours. */
  refusalsRecordedPerMinute: 60,
  /** How long an authorization code is good (RFC 6749 advises ten minutes at most; programs take a second). */
  codeLifeSeconds: 60,
  /** How long a used code is remembered, so that a second use is found out. */
  codeKeptSeconds: 86_400,
  /** How long a refresh token is good; each is good once and brings the next. Ours. */
  refreshTokenLifeSeconds: 2_592_000,
  /** Requests for tokens a minute and network address. One of the vendor's tools asks for 50 at once. */
  tokenRequestsPerMinute: 600,
  /** Identity providers of an organization, which are listed in one answer. Ours. */
  identityProvidersMax: 100,
  /** How long signing in at an identity provider may take. */
  providerVisitSeconds: 900,
  /** Browsers of an organization that a process sends to identity providers in a minute: each visit is a row until it is over. Ours. */
  providerVisitsPerMinute: 600,
  /** Of these, from one network. Ours. */
  providerVisitsPerNetworkMinute: 60,
  /** How long an identity provider may take to answer, with somebody waiting. Ours. */
  providerTimeoutMs: 10_000,
  /** An answer of an identity provider: its configuration and keys take some 10 KB. */
  providerAnswerBytesMax: 256 * 1024,
  /** How long a process uses what an identity provider says of itself, and of how many. */
  providerConfigurationMs: 600_000,
  providerConfigurationsMax: 1000,
  /** Users and groups of one organization that a trust lets in (the vendor's help: authorized organizations). */
  trusteeUsersMax: 25,
  trusteeGroupsMax: 25,
  /** Users of other organizations that have a native user in one (the API's own rule). */
  clonedUsersMax: 5,
  /** How long a trust of a support organization lasts that ends by itself (the API's own rule). */
  careTrustDays: 30,
  /** Entries that a query of audits between organizations looks through, from the end that it sorts from. */
  trustAuditRowsMax: 5000,
  /** Custom-field schemas of an organization, contact and organization schemas together (the vendor's help: custom field types). */
  schemasMax: 20,
  /** Fields of a schema, and of a record (the same page). */
  schemaFieldsMax: 25,
  /** Versions of a schema, for they are listed in one answer. Ours. */
  schemaVersionsMax: 500,
  /** Characters of a field's key. The API has such limits and publishes no numbers; these and the next three are ours. */
  fieldNameCharactersMax: 50,
  /** Characters of a field's title. */
  fieldTitleCharactersMax: 100,
  /** Characters of a schema's name and of its document's title. */
  schemaNameCharactersMax: 100,
  /** Characters of a description, of a field or of a schema. */
  schemaDescriptionCharactersMax: 512,
  /** Options of a field that is a choice, and characters of an option (the vendor's help: custom field types). */
  enumOptionsMax: 50,
  enumOptionCharactersMax: 100,
  /** Versions of schemas whose validators a process keeps: measured, 22 KB for each field that was written. */
  schemaValidatorsMax: 100,
  /** How long a change may wait until a process that somebody follows it from looks for it: a tenth of what people notice. */
  feedPollMs: 100,
  /** After how long a silent stream of events gives a sign: proxies commonly cut what is silent for 60 s or 30 s. */
  heartbeatMs: 15_000,
  /** How long requests under way may take to end when the server does; service managers commonly kill after 10 s. */
  closeGraceMs: 5000,
  /** Webhooks of an organization, each of which reads all its changes. Ours; services commonly allow 10 to 100. */
  webhooksMax: 100,
  /** How long a receiver may take to answer (Standard Webhooks advises 15 to 30 s at most; ten do for a receiver that queues). */
  webhookTimeoutMs: 10_000,
  /** How long making a webhook or an identity provider waits for its host's name to be looked up; each use looks it up anew. */
  lookupMs: 2000,
  /** Of a receiver's answer its status counts; a body of up to this is read to use the connection again, a longer one ends it. */
  webhookReplyBytesMax: 16 * 1024,
  /** Deliveries that a webhook has under way at once, in first tries and in retries each. */
  webhookConcurrency: 8,
  /** Changes a webhook takes on at once: what is delivered again after a crash, and held in memory. */
  webhookBatch: 50,
  /** Deliveries of a webhook that wait; beyond, new changes stay where they are until some are through. */
  webhookWaitingMax: 10_000,
  /** The longest pause between two tries: half a day, so that a receiver is found again on the day that it is back. */
  webhookRetryMsMax: 43_200_000,
  /** What could not be delivered is kept for replays this long. */
  webhookDeadDays: 30,
  /** Dead deliveries that one replay sets going: as many as may wait. */
  webhookReplayMax: 10_000,
  /** How long a secret may sign along after it was replaced: a week. */
  webhookOverlapSecondsMax: 604_800,
  /** Deliveries under way when a process ends are waited for this long. */
  webhookGraceMs: 2000,
  /** How soon the dispatcher sees that a webhook was changed, and another process that the dispatcher is gone. */
  webhookTickMs: 1000,
  /** A channel of notifications lives for a day from its last change of subscriptions (the platform's own rule). */
  channelLifeMs: 86_400_000,
  /** Topics of a channel (the platform's own rule). */
  channelTopicsMax: 1000,
  /** Channels of a user and client together (the platform's own rule). */
  channelsMax: 20,
  /** Changes that a channel reads at once, and at most sends before its client has answered. */
  channelBatchMax: 100,
  /** How often a WebSocket gives a sign: the platform's own does every 30 s, and one of its clients gives up after 35. */
  socketHeartbeatMs: 30_000,
  /** For how long a channel counts as in use once its client was seen: two heartbeats. */
  channelUseMs: 60_000,
  /** Expired contacts that are deleted in one transaction, each with up to a few dozen rows. Ours. */
  expiredContactsAtOnce: 200,
  /** Old changes that are looked at in one transaction, of which those that were overtaken go. Ours. */
  changesForgottenAtOnce: 2000,
  /** Rows of a file that is uploaded the API's way. */
  importRowsMax: 500_000,
  /** Columns of a file. The API has such limits for rows and columns and publishes no numbers; these are ours. */
  importColumnsMax: 200,
  /** A row of a file: a thousand times what a contact takes. What is longer is no row, and is not waited for in memory. */
  importLineBytesMax: 1024 * 1024,
  /** Faults of a file that are told one by one. */
  importFaultsMax: 100,
  /** Rows of a preview. */
  importPreviewRows: 10,
  /** Rows of an import that are written in one transaction, of which each is to take less than 2 s; and bytes, where rows are long. */
  importChunkRows: 1000,
  importChunkBytes: 4 * 1024 * 1024,
  /** Turns in which the rows of one chunk may be written, each after those that it shares a record with. Ours. */
  importWavesMax: 8,
  /** Rows of a chunk that make one contact of several: each takes some 6 ms, and 80 on a machine that is hard at work. Ours. */
  importMergesMax: 25,
  /** Tries of a chunk that fails for no reason that a row gives, before its rows are written one by one. */
  importTriesMax: 3,
  /** For how long one import is worked on while others wait. */
  importTurnMs: 3000,
  /** How often followers are told how far an import is. */
  importTellMs: 2000,
  /** How long an import waits to be continued: as long as its file is kept. */
  importWaitDays: 7,
  /** How long the rows that an import refused can be downloaded. */
  importReportDays: 30,
  /** By how many identifiers a refused row is found again. Ours: five times what its columns can hold. */
  importMarksMax: 1000,
  /** Records that taking back an import goes through in one transaction. */
  importUndoRecords: 500,
  /** How long an export is kept: a week, as an upload is. */
  exportLifeDays: 7,
  /** Exports of an organization that wait to be written: who asks for more in a loop does not keep out the others. Ours. */
  exportsRunningMax: 20,
  /** How often writing an export is begun that was cut short or failed. */
  exportTriesMax: 3,
  /** Bulk jobs of an organization that are not over: who starts them in a loop does not keep out the others. Ours. */
  bulkJobsRunningMax: 20,
  /** Rows that a bulk job looks at in one transaction while it finds its records: what a page of a deep search may. */
  bulkFoundAtOnce: 4000,
  /** Records of a bulk job that are written in one transaction, of which each is to take less than 2 s. */
  bulkRecordsAtOnce: 500,
  /** People that a bulk job hands over to be erased at once; those that come behind can still be spared. Ours. */
  bulkErasedAtOnce: 100,
  /** For how long one bulk job is worked on while others wait. */
  bulkTurnMs: 3000,
  /** Tries of a chunk that fails for no reason that a record gives, before its records are written one by one. */
  bulkTriesMax: 3,
  /** How long a bulk job is kept after it last moved, with its report, and can be taken back. */
  bulkJobDays: 30,
  /** Views that somebody keeps: more than anybody finds again. Ours. */
  viewsMax: 200,
  /** How soon a process sees that there is a job to be done. */
  jobsPollMs: 200,
  /** How long the thread of the jobs waits for another one before it ends. */
  jobsIdleMs: 60_000,
  /** The pause before a job is tried again that could not go on, such as for want of the database. */
  jobsRetryMs: 1000,
  /** The longest pause of what is left alone for longer each time. Ours: as long as one waits for a disk that was made free. */
  jobsPauseMsMax: 60_000,
  /** How long an uploaded file is kept: a week, as an export is. */
  uploadLifeDays: 7,
  /** What an organization may have uploaded and not yet expired, arrived or not: a client that uploads without end fills nobody's disk. */
  /** For how long one counts among them that has not arrived. */
  uploadAwaitedSeconds: 3600,
  uploadsKeptMax: 1000,
  uploadsKeptBytesMax: 32 * 1024 ** 3,
  /** How long an archive of what is held on somebody is kept: a week, as an export is. */
  subjectArchiveDays: 7,
  /** People of one erasure that are erased while others wait, each in some milliseconds. Ours. */
  subjectsAtOnce: 25,
  /** Tries of an erasure of one contact, or of an archive, until it has failed. */
  subjectTriesMax: 10,
  /** Changes of a person that are read at once for an archive. Ours: a few KB each. */
  subjectHistoryAtOnce: 500,
  /** How long a link to a file is good. */
  fileLinkLifeSeconds: 900,
  /** An upload that sends nothing for so long is given up. */
  fileSilenceMs: 60_000,
  /** Records that are taken in to be compared at once, in one transaction. Ours. */
  duplicatesTakenMax: 1000,
  /** Records that are matched at once, in one transaction that holds up whoever decides on a suggestion. Ours. */
  duplicatesMatchedMax: 250,
  /** Pairs that are learned from. Ours: both records of each are in memory, some 2 KB each. */
  duplicatesLearnedPairsMax: 60_000,
  /** Records around a pair that came or went among which clusters are made anew. Ours. */
  duplicatesAroundMax: 2000,
  /** After how long an organization in which they could not be looked for has its next turn. Ours. */
  duplicatesRetryMs: 30_000,
  /** Sessions of a page (the API's own rule). */
  sessionsPageMax: 200,
  /** A session as it is fed, in JSON. Ours: fifty times what a visit takes. */
  sessionBytesMax: 64 * 1024,
  /** Segments that one request assigns to a contact and takes away (the API's own rule). */
  segmentChangesMax: 10,
  /** How long an assignment of a segment lasts where nothing else is said. Ours: as long as an observed contact stays. */
  segmentAssignmentDays: 60,
  /** Assignments that have lapsed and are taken away in one transaction. Ours. */
  segmentsLapsedAtOnce: 1000,
  /** A token of the second dialect lasts an hour (the API's own rule). */
  xurrentTokenSeconds: 3600,
  /** Entries of a listing of the second dialect that are counted and can be paged through (the API's own rule, for its longest). */
  xurrentEntriesMax: 100_000,
  /** Contact points of an external organization that the second dialect may give it. Ours. */
  contactPointsMax: 100,
  /** A message of a client, of which the only one is a ping. */
  socketMessageBytesMax: 4096,
  /** How long a client may take to say goodbye, too, before its WebSocket is cut. */
  socketCloseMs: 1000,
  /** Requests are counted for the last hour, in steps that an operator can tell apart on a chart. Measured: 0.13 µs a request, 19 KB for each operation that is used. */
  healthSteps: 240,
  healthStepMs: 15_000,
  /** How long the facts of the whole database are told again before they are asked for anew, however many watch. */
  healthKeptMs: 5000,
  /** Tables and indexes that are told of, the largest first. Ours: more than there are. */
  healthTablesMax: 200,
  healthIndexesMax: 500,
} as const;
