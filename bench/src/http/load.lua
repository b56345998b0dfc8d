-- Each request has the cookies of the next session. At the end: a line for the program that has started wrk.

local requests, last = {}, 0

function init(arguments)
    for cookies in io.lines(arguments[1]) do
        requests[#requests + 1] = wrk.format("GET", nil, { Cookie = cookies })
    end
end

function request()
    last = last % #requests + 1
    return requests[last]
end

function done(summary, latency, all)
    local errors = summary.errors
    local failed = errors.connect + errors.read + errors.write + errors.status + errors.timeout
    io.write(string.format("load\t%d\t%d\t%d\t%d\t%d\n", summary.requests, failed, summary.duration,
        latency:percentile(50), latency:percentile(99)))
end
