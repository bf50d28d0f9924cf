-- For wrk: many sessions in no order. Its arguments: how many there are, and how their ids begin.
local requests = {}

function init(arguments)
    math.randomseed(os.time())
    for at = 0, tonumber(arguments[1]) - 1 do
        requests[at] = wrk.format("GET", nil, { Cookie = "PHPSESSID=" .. arguments[2] .. at })
    end
end

function request()
    return requests[math.random(0, #requests)]
end

-- Requests, microseconds, failures, p50 and p99 in microseconds.
function done(summary, latency)
    local errors = summary.errors
    local failed = errors.connect + errors.read + errors.write + errors.status + errors.timeout
    io.write(string.format("RESULT %d %d %d %d %d\n", summary.requests, summary.duration, failed,
        latency:percentile(50), latency:percentile(99)))
end
