-- Whether a member of an index is over for good: a minute after its life, or as long again if that is shorter.
local function is_over(member, joined, now)
  local life = tonumber(string.match(member, '^%d+')) or 60
  return joined + (life + math.min(life, 60)) * 1000000 < now
end

