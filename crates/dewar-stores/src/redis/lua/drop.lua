-- Keys: the index. Arguments: the latest joined to be dropped, how long ago that must be at least, the program's clock, members.
local latest = tonumber(ARGV[1])
if ARGV[2] ~= '0' then latest = math.min(latest, time(ARGV[3]) - ARGV[2]) end
local gone = {}
for i = 4, #ARGV do
  local joined = redis.call('ZSCORE', KEYS[1], ARGV[i])
  if joined and tonumber(joined) <= latest then gone[#gone + 1] = ARGV[i] end
end
if #gone > 0 then redis.call('ZREM', KEYS[1], unpack(gone)) end
return #gone
