-- One row per person: what all their accounts, cards and tickets come to.
select
    people.profile_id,
    count(*) as records,
    coalesce(sum(webshop.total_spent::decimal(12, 2)), 0) as total_spent,
    coalesce(sum(loyalty.points::bigint), 0) as points,
    count(tickets.ticket_id) as tickets
from {{ ref("people") }} as people
left join {{ ref("webshop") }} as webshop on people.source = 'webshop' and people.record_id = webshop.account_id
left join {{ ref("loyalty") }} as loyalty on people.source = 'loyalty' and people.record_id = loyalty.carte
left join {{ ref("tickets") }} as tickets on people.source = 'tickets' and people.record_id = tickets.ticket_id
group by people.profile_id
