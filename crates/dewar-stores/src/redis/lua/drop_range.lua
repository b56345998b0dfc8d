-- Keys: the index. Arguments: after which joined, until which, how long ago that must be at least, the program's clock.
local latest = math.min(tonumber(ARGV[2]), time(ARGV[4]) - ARGV[3])
return redis.call('ZREMRANGEBYSCORE', KEYS[1], '(' .. ARGV[1], latest)
