'use strict'
{
  const collator = new Intl.Collator('zh-CN', { numeric: true })

  /** Full-width and half-width, large and small letters count as the same. */
  const fold = text => text.normalize('NFKC').toLowerCase()

  /** What a column is sorted by; a dash, which says that nothing is known, comes below 0. */
  function key(cell, number) {
    const text = cell.dataset.sort ?? cell.textContent
    return number ? (text === '—' ? -1 : Number(text)) : text
  }

  /** Make one table of the page sort and filter. */
  function activate(section) {
    const form = section.querySelector('form')
    const search = section.querySelector('[type=search]')
    const table = section.querySelector('table')
    const heads = [...table.tHead.rows[0].cells]
    const shown = section.querySelector('[role=status]')
    const none = section.querySelector('.none')
    const { noun, unit } = section.dataset

    const rows = [...table.tBodies].map(body => ({
      body,
      cells: body.rows[0].cells,
      name: fold([...body.rows[0].querySelectorAll('th, .searched')].map(cell => cell.textContent).join(' ')),
      tags: new Set(body.dataset.tags.split(' ')),
    }))

    function filter() {
      const view = form.elements.view.value
      const words = fold(search.value).split(/\s+/)
      let count = 0
      for (const row of rows) {
        const wanted = (view === 'all' || row.tags.has(view)) && words.every(word => row.name.includes(word))
        if (row.body.hidden === wanted) row.body.hidden = !wanted
        count += wanted
      }
      shown.textContent = count === rows.length ? `共 ${count} ${noun}` : `${rows.length} ${noun}中的 ${count} ${unit}`
      none.hidden = count > 0
    }

    function sort(head) {
      const number = head.classList.contains('number')
      const first = head.classList.contains('most') ? 'descending' : 'ascending'
      const other = first === 'ascending' ? 'descending' : 'ascending'
      const order = head.getAttribute('aria-sort') === first ? other : first
      const sign = order === 'ascending' ? 1 : -1
      const compare = number ? (one, two) => one - two : collator.compare
      const keyed = rows.map(row => [key(row.cells[head.cellIndex], number), row.body])
      keyed.sort((one, two) => sign * compare(one[0], two[0]))
      const sorted = document.createDocumentFragment()
      for (const [, body] of keyed) sorted.append(body)
      table.append(sorted)
      for (const each of heads) each.removeAttribute('aria-sort')
      head.setAttribute('aria-sort', order)
    }

    form.addEventListener('submit', event => event.preventDefault())
    form.addEventListener('change', filter)
    search.addEventListener('compositionend', filter)
    search.addEventListener('input', event => event.isComposing || filter()) // not for the letters of pinyin on their way
    table.tHead.addEventListener('click', event => {
      if (event.target.closest('button')) sort(event.target.closest('th'))
    })
    window.addEventListener('pageshow', filter) // a browser that comes back fills in what was asked before

    for (const each of section.querySelectorAll('fieldset, thead button')) each.disabled = false
    for (const each of form.querySelectorAll('[hidden]')) each.hidden = false
  }

  document.querySelectorAll('section').forEach(activate)
}
