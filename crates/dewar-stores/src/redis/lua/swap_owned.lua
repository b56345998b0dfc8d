-- The owner changes, or the index must know the entry for longer.
local at = KEYS[3] and join(KEYS[3], KEYS[1], ARGV[4], time(ARGV[5])) or ARGV[7]
redis.call('HSET', KEYS[2], 'owner', KEYS[3] or ARGV[6], 'place', stays and place or at, 'ttl', ARGV[4], 'joined', at)
if stays and KEYS[3] and ttl ~= ARGV[4] then redis.call('ZREM', KEYS[3], ttl .. ' ' .. KEYS[1]) end
save(KEYS[1], ARGV[2], ARGV[3])
set_ttl(KEYS[2], ARGV[3])
if stays or not joined then return 1 end
return {'done', owner, ttl .. ' ' .. KEYS[1], joined}
