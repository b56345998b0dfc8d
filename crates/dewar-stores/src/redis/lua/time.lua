-- The time in microseconds: the server's, or the program's where the user may not ask the server (+time).
local function time(ours)
  local answer = redis.pcall('TIME')
  return answer.err and tonumber(ours) or answer[1] * 1000000 + answer[2]
end

