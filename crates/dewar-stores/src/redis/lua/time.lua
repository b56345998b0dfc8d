-- Microseconds. Where the user may not ask the server (+time), the program's own clock counts.
local function time(ours)
  local answer = redis.pcall('TIME')
  return answer.err and tonumber(ours) or answer[1] * 1000000 + answer[2]
end

