-- Keys: the index. Arguments: the latest time, the minimum age, the program's clock, members.
-- Removes those of the members that joined no later than this time and have at least this age, in microseconds.
local latest = tonumber(ARGV[1])
if ARGV[2] ~= '0' then latest = math.min(latest, time(ARGV[3]) - ARGV[2]) end
local stale = {}
for i = 4, #ARGV do
  local joined = redis.call('ZSCORE', KEYS[1], ARGV[i])
  if joined and tonumber(joined) <= latest then stale[#stale + 1] = ARGV[i] end
end
if #stale > 0 then redis.call('ZREM', KEYS[1], unpack(stale)) end
return #stale
