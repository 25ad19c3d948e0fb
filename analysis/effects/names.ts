/** What a function that nobody can look into does, by its name. */
export type Named = 'computes' | 'reads' | 'writes' | 'orders' | 'unknown'

const reading = new Set('count,exists,fetch,find,get,has,head,is,list,load,lookup,peek,query,read,retrieve,scan,search,select'.split(','))
const writing = new Set(
  'abort,accept,acknowledge,activate,add,append,apply,approve,archive,assign,attach,authorize,backup,ban,bill,book,broadcast,bulk,cancel,capture,change,charge,clean,clear,clone,close,commit,confirm,connect,consume,copy,create,debit,decrement,delete,deliver,deploy,deposit,destroy,detach,disable,disconnect,dispatch,drop,emit,enable,end,enqueue,ensure,erase,execute,expire,export,finish,flush,grant,import,increment,init,initialize,insert,install,invalidate,invite,invoke,issue,join,kick,kill,leave,link,lock,log,login,logout,mark,merge,migrate,modify,mount,move,mutate,notify,open,patch,pause,pay,persist,pipe,pop,post,press,print,process,provision,publish,purge,push,put,queue,redirect,refresh,refund,register,reject,release,reload,remove,rename,replace,reply,reset,resolve,restart,restore,resume,revalidate,revoke,rollback,rotate,run,save,schedule,seed,send,set,setup,shutdown,sign,signal,skip,spawn,start,stop,store,submit,subscribe,swap,sync,tag,terminate,toggle,touch,track,transfer,transition,trigger,truncate,undo,uninstall,unlink,unlock,unsubscribe,update,upgrade,upload,upsert,use,verify,wait,warm,withdraw,write'.split(','),
)
const ordering = new Set('acquire,delay,next,on,once,prompt,sleep,unlock,wait'.split(','))
const clocks = new Set(['now', 'today'])
const telemetry = /^(?:analytics|console|log|logger|logging|metrics?|sentry|span|statsd|telemetry|tracer|tracing)$/i
const telemetryTypes = /(?:Logger|Tracer|Span|Meter|Counter|Histogram|Gauge|Telemetry)$/
const telemetryCalls = /^(?:capture(?:Event|Exception|Message)|log(?:[A-Z]|$)|record(?:Distribution|Gauge|Histogram|Increment|Metric)|traceException$)/

/** Judges by the first word of the name that decides: `findOrCreateUser` creates. */
export function judgedByName(name: string): Named {
  const words = wordsOf(name)
  const [first = ''] = words
  // `reader.read()` gives the next chunk; `readUser()` reads.
  if (words.length === 1 && first === 'read') return 'orders'
  if (ordering.has(first)) return 'orders'
  if (words.length > 1 && words.slice(1).some(word => ['and', 'or'].includes(word)) && words.some(word => writing.has(word))) return 'writes'
  if (words.length === 1 && clocks.has(first)) return 'computes'
  if (reading.has(first)) return 'reads'
  return writing.has(first) ? 'writes' : 'unknown'
}

/** Whether a function runs whatever it is given as text: `db.query(text)`, and not `queryUsers()`. */
export function runsText(name: string): boolean {
  return /^(?:\$?query(?:Raw|One|All|Many|First)?|raw|sql|unsafe)$/i.test(name)
}

/** Whether a call is one of logs, metrics or traces, by its receiver's name, its own, or the type that has it. */
export function isTelemetry(receiver: string | undefined, name: string, type: string | undefined): boolean {
  return (receiver !== undefined && telemetry.test(receiver)) || telemetryCalls.test(name) || (type !== undefined && telemetryTypes.test(type))
}

/** Whether a function guards what follows it, so that its failure must stop that: `requireSession`, `assertMember`. */
export function isGate(name: string): boolean {
  return /^(?:assert|authenticate|authorize|check|ensure|guard|invariant|protect|require|throw|validate|verify)(?=[A-Z_]|$)/.test(name)
}

/** Whether a function's name says that it throws where nothing is found: `findUniqueOrThrow`, `findOneOrFail`. */
export function throwsWhereNothingIsFound(name: string): boolean {
  return /Or(?:Throw|Fail)$/.test(name)
}

/** `getURLFor` → get, url, for. */
function wordsOf(name: string): string[] {
  return name
    .replace(/^[_$#]+/, '')
    .split(/_|(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])/)
    .map(word => word.toLowerCase())
}
